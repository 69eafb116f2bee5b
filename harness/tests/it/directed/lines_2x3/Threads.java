class Threads {
    public static void main(String[] arguments) throws InterruptedException {
        String[] names = {"a", "b"};
        Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++) {
            String name = names[i];
            threads[i] = new Thread(() -> say(name));
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
    }

    static void say(String name) {
        for (int i = 1; i <= 3; i++) System.out.println(name + " " + i);
    }
}

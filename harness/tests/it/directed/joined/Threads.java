class Threads {
    public static void main(String[] arguments) throws InterruptedException {
        for (String name : new String[] {"a", "b"}) {
            Thread thread = new Thread(() -> say(name));
            thread.start();
            thread.join();
        }
    }

    static void say(String name) {
        for (int i = 1; i <= 3; i++) System.out.println(name + " " + i);
    }
}

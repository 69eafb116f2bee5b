class LockCounter {
    static int counter = 0;
    static final Object lock = new Object();

    public static void main(String[] arguments) {
        new Thread(() -> sum("sum1")).start();
        new Thread(() -> sum("sum2")).start();
    }

    static void sum(String name) {
        synchronized (lock) {
            for (int i = 0; i < 1_000_000; i++) {
                counter++;
            }
            System.out.println(name + ": " + counter);
        }
    }
}

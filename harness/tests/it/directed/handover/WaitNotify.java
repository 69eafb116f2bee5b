class WaitNotify {
    static boolean done;

    public static void main(String[] arguments) throws InterruptedException {
        Object lock = new Object();
        Thread thread = new Thread(() -> {
            System.out.println("first: works");
            synchronized (lock) {
                done = true;
                lock.notify();
            }
        });
        thread.start();
        synchronized (lock) {
            while (!done) lock.wait();
        }
        System.out.println("second: goes on");
        thread.join();
    }
}

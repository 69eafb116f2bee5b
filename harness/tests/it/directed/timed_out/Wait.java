class Wait {
    public static void main(String[] arguments) throws InterruptedException {
        Object lock = new Object();
        long begin = System.nanoTime();
        synchronized (lock) {
            lock.wait(100);
        }
        System.out.println("main: nobody came for " + (System.nanoTime() - begin) / 1000000 + " ms");
    }
}

class Clocks {
    public static void main(String[] arguments) throws InterruptedException {
        // In whole milliseconds a span of 200 may be read as 199.
        long nanos = System.nanoTime(), millis = System.currentTimeMillis();
        Thread.sleep(201);
        System.out.println("main: " + (System.nanoTime() - nanos) / 1000000 + " ms");
        System.out.println("main: " + (System.currentTimeMillis() - millis) + " ms");
        System.out.println("main: " + (System.nanoTime() - nanos) / 1000000 + " ms");
    }
}

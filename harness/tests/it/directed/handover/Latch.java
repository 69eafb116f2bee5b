import java.util.concurrent.CountDownLatch;

class Latch {
    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        new Thread(() -> {
            System.out.println("first: works");
            done.countDown();
        }).start();
        done.await();
        System.out.println("second: goes on");
    }
}

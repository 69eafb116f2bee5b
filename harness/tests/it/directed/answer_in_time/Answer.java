import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class Answer {
    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        new Thread(() -> {
            System.out.println("worker: answers");
            answered.countDown();
        }).start();
        boolean is_there = answered.await(1, TimeUnit.SECONDS);
        System.out.println(is_there ? "main: has the answer" : "main: gives up");
    }
}

class ThreadTasks {
    public static void main(String[] arguments) {
        Thread sing = new Thread(() -> task("正在唱歌"));
        Thread dance = new Thread(() -> task("正在跳舞"));
        sing.start();
        dance.start();
    }

    static void task(String what) {
        for (int i = 0; i < 3; i++) {
            System.out.println(what + "..." + i);
            sleep(1000);
        }
    }

    static void sleep(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

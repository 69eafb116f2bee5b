// Threads and a child; each line says which process and thread wrote it, as the kernel names them.
import java.nio.file.Files;
import java.nio.file.Path;

class Threads {
    static void says(String who) {
        try {
            Path tid = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            for (int i = 0; i < 5; i++) {
                System.out.print(who + ": pid " + ProcessHandle.current().pid() + " tid " + tid + "\n");
            }
        } catch (java.io.IOException error) {
            throw new RuntimeException(error);
        }
    }

    public static void main(String[] words) throws Exception {
        says("main");
        Thread[] threads = new Thread[3];
        for (int i = 0; i < 3; i++) {
            threads[i] = new Thread(() -> says("thread"));
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
        String script = "for i in 1 2 3 4 5; do echo \"child: pid $$ tid $$\"; done";
        new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor();
    }
}

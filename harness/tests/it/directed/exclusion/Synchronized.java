class Synchronized {
    public static void main(String[] arguments) {
        for (String name : new String[] {"a", "b"}) new Thread(() -> use(name)).start();
    }

    static synchronized void use(String name) {
        System.out.println(name + ": takes");
        System.out.println(name + ": gives back");
    }
}

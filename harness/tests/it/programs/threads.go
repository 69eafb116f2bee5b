// Threads and a child; each line says which process and thread wrote it, as the kernel names them.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

func says(who string) {
	for i := 0; i < 5; i++ {
		fmt.Printf("%s: pid %d tid %d\n", who, os.Getpid(), syscall.Gettid())
	}
}

func init() {
	runtime.LockOSThread()
}

func main() {
	if len(os.Args) > 1 {
		says("child")
		return
	}
	says("main")
	var threads sync.WaitGroup
	for i := 0; i < 3; i++ {
		threads.Add(1)
		go func() {
			// A goroutine stays on one thread only if it asks for that.
			runtime.LockOSThread()
			says("thread")
			threads.Done()
		}()
	}
	threads.Wait()
	child := exec.Command(os.Args[0], "child")
	child.Stdout = os.Stdout
	if child.Run() != nil {
		os.Exit(1)
	}
}

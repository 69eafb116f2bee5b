package main

import (
	"fmt"
	"time"
)

func main() {
	begin := time.Now()
	time.Sleep(200 * time.Millisecond)
	fmt.Println("main:", time.Since(begin).Milliseconds(), "ms")
	fmt.Println("main:", time.Since(begin).Milliseconds(), "ms")
	fmt.Println("main:", time.Since(begin).Milliseconds(), "ms")
}

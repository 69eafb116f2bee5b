package main

import "fmt"

func main() {
	done := make(chan bool)
	go func() {
		fmt.Println("first: works")
		done <- true
	}()
	<-done
	fmt.Println("second: goes on")
}

package main

import "fmt"

func main() {
	done := make(chan bool)
	for _, name := range []string{"a", "b"} {
		go func() {
			for i := 1; i <= 3; i++ {
				fmt.Println(name, i)
			}
			done <- true
		}()
		<-done
	}
}

package main

import (
	"fmt"
	"sync"
)

func main() {
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		all.Add(1)
		go func(name string) {
			defer all.Done()
			for i := 1; i <= 2; i++ {
				fmt.Println(name, i)
			}
		}(name)
	}
	all.Wait()
}

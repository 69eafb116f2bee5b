// Package pipeline squares numbers in stages.
package pipeline

import "sync"

// Squares squares all numbers with so many workers; in which order they come, nobody decides.
func Squares(numbers []int, workers int, each func(number, square int)) int {
	tasks, squares := make(chan int), make(chan int)
	var all sync.WaitGroup
	for i := 0; i < workers; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for number := range tasks {
				each(number, number*number)
				squares <- number * number
			}
		}()
	}
	go func() {
		for _, number := range numbers {
			tasks <- number
		}
		close(tasks)
		all.Wait()
		close(squares)
	}()
	sum := 0
	for square := range squares {
		sum += square
	}
	return sum
}

package pipeline

import (
	"fmt"
	"testing"
)

func TestSquares(t *testing.T) {
	sum := Squares([]int{1, 2, 3, 4, 5}, 3, func(number, square int) {
		fmt.Printf("square: %d of %d\n", square, number)
	})
	fmt.Printf("sum: %d\n", sum)
	if sum != 55 {
		t.Errorf("the sum is %d", sum)
	}
}

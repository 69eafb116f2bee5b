#include <mpi.h>
#include <stdio.h>

/* A token goes once around: each adds its rank, and the first one prints the sum. */
int main(int argc, char **argv)
{
    int rank, size, token = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int before = (rank + size - 1) % size, after = (rank + 1) % size;
    if (rank == 0)
        MPI_Send(&token, 1, MPI_INT, after, 0, MPI_COMM_WORLD);
    MPI_Recv(&token, 1, MPI_INT, before, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    token += rank;
    printf("rank %d: has the token, and makes it %d\n", rank, token);
    fflush(stdout);
    if (rank != 0)
        MPI_Send(&token, 1, MPI_INT, after, 0, MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}

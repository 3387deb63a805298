/* Every rank writes with stdio, as many records more as it has ranks before it: 1,000 times 16 bytes at rank 0. */
#include <mpi.h>
#include <stdio.h>

int main(int count, char **words) {
    int rank;
    char name[32];
    MPI_Init(&count, &words);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    snprintf(name, sizeof name, "out.%d", rank);
    FILE *file = fopen(name, "w");
    if (!file)
        return 1;
    for (int i = 0; i < 1000 * (rank + 1); i++)
        fwrite("a record of 16 b", 1, 16, file);
    if (fclose(file) != 0)
        return 1;
    MPI_Barrier(MPI_COMM_WORLD);
    return MPI_Finalize();
}

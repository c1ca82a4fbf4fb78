"""Fits a line with several processes that average their gradients: PyTorch's distributed data parallel, on CPUs over gloo."""

import torch
import torch.distributed as dist
from azureml.core import Run

STEPS = 100
SAMPLES = 64


def main():
    dist.init_process_group("gloo")  # Finds the others by RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT.
    train()
    # All are done, and nothing holds on to the group any more: its threads can be ended.
    dist.barrier()
    dist.destroy_process_group()


def train():
    rank, size = dist.get_rank(), dist.get_world_size()
    print(f"process {rank} of {size}", flush=True)

    # Each process has samples of its own; y = 3 x + 2.
    generator = torch.Generator().manual_seed(rank)
    x = torch.rand(SAMPLES, 1, generator=generator)
    y = 3 * x + 2
    model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(1, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    run = Run.get_context()
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()  # Averages the gradients of all processes.
        optimizer.step()
        mean_loss = loss.detach() / size
        dist.all_reduce(mean_loss)
        if rank == 0 and step % 10 == 9:
            run.log("loss", mean_loss.item())

    # All have gone the same way: the largest and the smallest weight are one.
    weight = model.module.weight.detach().clone().view(1)
    weights = [torch.zeros(1) for _ in range(size)]
    dist.all_gather(weights, weight)
    print(f"weights are one: {all(torch.equal(weight, other) for other in weights)}, close to 3: {abs(weight.item() - 3) < 0.2}")


if __name__ == "__main__":
    main()

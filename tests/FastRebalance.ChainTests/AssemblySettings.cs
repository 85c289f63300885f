// Each class runs nodes, and some a whole engine: side by side on two cores they would starve each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

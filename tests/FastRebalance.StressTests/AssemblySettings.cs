// A race needs the cores for itself: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

Console.Error.WriteLine("fastrebalance: no commands yet");
return 2;

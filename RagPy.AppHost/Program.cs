Console.Error.WriteLine("The topology is being written.");

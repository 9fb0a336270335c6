System.Console.WriteLine("platform");

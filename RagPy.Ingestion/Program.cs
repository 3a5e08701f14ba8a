using RagPy.Ingestion.Commands;

return await RagPyCommandLine.RunAsync(args);

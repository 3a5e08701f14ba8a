using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace RagPy.Ingestion;

/// <summary>What is logged, and where: standard output belongs to answers.</summary>
internal static class IngestionLogging
{
    /// <param name="least">Level of our own messages.</param>
    public static void Configure(ILoggingBuilder logging, LogLevel least)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.SetMinimumLevel(least);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Hangfire", LogLevel.Warning);
        // A failed statement is thrown as well, and told once where it is handled.
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}

namespace Aspire.Hosting;

/// <summary>The application cannot be run as it is declared, or not on this machine. The message says what to change.</summary>
public class DistributedApplicationException : Exception
{
    public DistributedApplicationException() { }

    public DistributedApplicationException(string message)
        : base(message) { }

    public DistributedApplicationException(string message, Exception inner)
        : base(message, inner) { }
}

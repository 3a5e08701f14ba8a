namespace Aspire.Hosting;

/// <summary>A parameter is needed that nobody has set.</summary>
public class MissingParameterValueException : DistributedApplicationException
{
    public MissingParameterValueException(string message)
        : base(message) { }

    public MissingParameterValueException(string message, Exception inner)
        : base(message, inner) { }
}

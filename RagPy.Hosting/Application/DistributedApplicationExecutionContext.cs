namespace Aspire.Hosting;

/// <summary>What is being done with the model.</summary>
/// <param name="publisherName">What publishes it; empty when it is run.</param>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
{
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(operation, "") { }

    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>What publishes the model: <c>manifest</c>, <c>compose</c> or <c>kubernetes</c>; empty when it is run.</summary>
    public string PublisherName { get; set; } = publisherName ?? throw new ArgumentNullException(nameof(publisherName));

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
}

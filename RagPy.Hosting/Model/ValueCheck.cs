using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>Looks through the values that a resource is given for such as will never be known.</summary>
internal sealed class ValueCheck(IResource owner, DistributedApplicationModel model)
{
    // A server's connection string is made of its endpoint, which refers to the server.
    private readonly HashSet<IResource> _seen = [];

    /// <summary>One sentence for each mistake.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>Looks at a value and at all it is made of.</summary>
    /// <param name="isOptional">Its absence is no mistake.</param>
    public async Task VisitAsync(object value, bool isOptional, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case EndpointReferenceExpression { Property: EndpointProperty.TargetPort } target when target.Endpoint.Resource != owner:
                Mistakes.Add(
                    $"'{owner.Name}' asks for the port that '{target.Endpoint.Resource.Name}' itself listens on, which only '{target.Endpoint.Resource.Name}' knows."
                );
                return;
            case EndpointReference { Exists: false } endpoint:
                Mistakes.Add(
                    $"'{owner.Name}' refers to the endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}', which has none of that name."
                );
                return;
            case ParameterResource parameter:
                await VisitParameterAsync(parameter, isOptional, cancellationToken);
                return;
            case IResource resource when !_seen.Add(resource):
                return;
            case IResource resource when !model.Resources.Contains(resource):
                Mistakes.Add($"'{owner.Name}' refers to '{resource.Name}', which was not added to this application.");
                return;
        }

        foreach (var part in (value as IValueWithReferences)?.References ?? [])
        {
            await VisitAsync(part, isOptional || value is ConnectionStringReference { Optional: true }, cancellationToken);
        }
    }

    private async Task VisitParameterAsync(ParameterResource parameter, bool isOptional, CancellationToken cancellationToken)
    {
        try
        {
            await parameter.GetValueAsync(cancellationToken);
        }
        catch (MissingParameterValueException e)
        {
            if (!isOptional)
            {
                Mistakes.Add($"'{owner.Name}' cannot be started: {e.Message}");
            }
        }
    }
}

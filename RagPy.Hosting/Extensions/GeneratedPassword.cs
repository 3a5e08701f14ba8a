using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The password of a server for which none was declared. What runs the server makes it.</summary>
internal sealed class GeneratedPassword(string resource)
    : ParameterResource(
        $"{resource}-password",
        _ => throw new MissingParameterValueException($"The password of '{resource}' is not known before it runs."),
        secret: true
    );

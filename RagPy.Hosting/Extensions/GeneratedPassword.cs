using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The password of a server for which none was declared. What runs the server makes it.</summary>
internal sealed class GeneratedPassword : ParameterResource
{
    /// <param name="special">Whether it may have characters that are neither letters nor digits.</param>
    public GeneratedPassword(string resource, string suffix = "password", bool special = true)
        : base(
            $"{resource}-{suffix}",
            _ => throw new MissingParameterValueException($"The password of '{resource}' is not known before it runs."),
            secret: true
        ) => Default = new GenerateParameterDefault { Special = special };
}

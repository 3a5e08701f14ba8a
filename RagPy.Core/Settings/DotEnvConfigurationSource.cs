using Microsoft.Extensions.Configuration;

namespace RagPy.Core.Settings;

/// <summary>The variables of a <c>.env</c> file as a source of configuration; <c>__</c> in a name separates sections, as in environment variables.</summary>
internal sealed class DotEnvConfigurationSource(IReadOnlyDictionary<string, string> variables) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(variables);

    private sealed class Provider(IReadOnlyDictionary<string, string> variables) : ConfigurationProvider
    {
        public override void Load()
        {
            foreach (var (name, value) in variables)
                Data[name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = value;
        }
    }
}

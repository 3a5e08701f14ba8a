using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using k8s.Models;
using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>The environment of a service: what may be seen in a config map, the rest by reference to the secret.</summary>
internal sealed class PodEnvironment
{
    private readonly OrderedDictionary<string, string> _visible = new(StringComparer.Ordinal);
    private readonly List<V1EnvVar> _secret = [];
    private readonly List<V1EnvVar> _composed = [];

    public PodEnvironment(PublishedService service)
    {
        foreach (var (name, text) in service.Environment)
        {
            if (text.OnlySecret is { } secret)
            {
                AddSecret(name, secret);
            }
            else if (text.Secrets.Any())
            {
                _composed.Add(new V1EnvVar { Name = name, Value = Compose(service, name, text) });
            }
            else
            {
                _visible[name] = text.Render(part => Show(part, service));
            }
        }

        foreach (var (name, value) in service.Server?.Environment ?? new Dictionary<string, string>())
        {
            _visible[name] = value;
        }
    }

    /// <summary>What may be seen; empty when there is nothing.</summary>
    public IReadOnlyDictionary<string, string> Visible => _visible;

    /// <summary>References to the secret, then the texts that contain them: Kubernetes replaces what was named before.</summary>
    public IList<V1EnvVar>? Variables => _secret.Count + _composed.Count == 0 ? null : [.. _secret, .. _composed];

    /// <summary>Changes when the config map does, so that pods are replaced then.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _visible.Select(pair => $"{pair.Key}={pair.Value}"))))
        );

    /// <summary>Text in which Kubernetes is to replace nothing.</summary>
    public static string Escape(string text) => text.Replace("$(", "$$(", StringComparison.Ordinal);

    /// <summary>A text that may be seen.</summary>
    /// <exception cref="DistributedApplicationException">It needs a value that only whoever deploys knows.</exception>
    public static string Show(TextPart part, PublishedService service) =>
        part switch
        {
            TextPart.Literal literal => literal.Value,
            TextPart.Setting { Default: { } value } => value,
            TextPart.Setting setting => throw new DistributedApplicationException(
                $"'{service.Name}' needs {setting.Variable}, which has no value; give the parameter one when you publish."
            ),
            _ => throw new DistributedApplicationException($"'{service.Name}' has a secret where none can be."),
        };

    private void AddSecret(string variable, TextPart.Secret secret)
    {
        if (_secret.TrueForAll(other => other.Name != variable))
        {
            _secret.Add(
                new V1EnvVar
                {
                    Name = variable,
                    ValueFrom = new V1EnvVarSource
                    {
                        SecretKeyRef = new V1SecretKeySelector
                        {
                            Name = KubernetesNames.Secret,
                            Key = secret.Name,
                            Optional = secret.IsRequired ? null : true,
                        },
                    },
                }
            );
        }
    }

    private string Compose(PublishedService service, string name, PublishedText text) =>
        text.Render(part =>
        {
            if (part is not TextPart.Secret secret)
            {
                return Escape(Show(part, service));
            }

            if (secret.IsEncoded)
            {
                throw new DistributedApplicationException(
                    $"'{service.Name}' wants a secret percent-encoded in {name}, which Kubernetes cannot do."
                );
            }

            AddSecret(secret.Variable, secret);

            return $"$({secret.Variable})";
        });
}

using System.Collections.ObjectModel;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The resources of a model.</summary>
internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection;

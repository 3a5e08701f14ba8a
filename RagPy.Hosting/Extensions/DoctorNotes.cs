// An addition of this application to the model, as ResourceLimits is: written against Aspire's public types alone. Aspire's own engine takes no notice of it.
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting;

/// <summary>Something that <c>doctor</c> says of a resource.</summary>
/// <param name="Text">Words that follow what it says anyway, after a comma.</param>
public sealed record DoctorNoteAnnotation(string Text) : IResourceAnnotation;

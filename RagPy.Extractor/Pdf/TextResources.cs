using System.Diagnostics.CodeAnalysis;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Colors;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Hides from PdfPig's resource store what text does not need. Patterns, shadings and colour spaces are where damaged files make it throw,
/// and where a pattern naming itself makes it recurse until the stack ends.
/// </summary>
internal sealed class TextResources(IResourceStore inner) : IResourceStore
{
    private static readonly NameToken[] s_unused = [NameToken.Pattern, NameToken.Shading, NameToken.ColorSpace];

    private readonly Dictionary<DictionaryToken, DictionaryToken> _pruned = new(ReferenceEqualityComparer.Instance);

    public void LoadResourceDictionary(DictionaryToken resourceDictionary) => inner.LoadResourceDictionary(Prune(resourceDictionary));

    public void UnloadResourceDictionary() => inner.UnloadResourceDictionary();

    public IFont? GetFont(NameToken name) => inner.GetFont(name);

    public IFont GetFontDirectly(IndirectReferenceToken fontReferenceToken) => inner.GetFontDirectly(fontReferenceToken);

    public bool TryGetXObject(NameToken name, [NotNullWhen(true)] out StreamToken? stream) => inner.TryGetXObject(name, out stream);

    public bool TryGetXObjectReference(NameToken name, out IndirectReference reference) =>
        inner.TryGetXObjectReference(name, out reference);

    public DictionaryToken? GetExtendedGraphicsStateDictionary(NameToken name) => inner.GetExtendedGraphicsStateDictionary(name);

    public DictionaryToken? GetMarkedContentPropertiesDictionary(NameToken name) => inner.GetMarkedContentPropertiesDictionary(name);

    public bool TryGetNamedColorSpace(NameToken name, out ResourceColorSpace namedColorSpace)
    {
        namedColorSpace = default;
        return false;
    }

    public ColorSpaceDetails GetColorSpaceDetails(NameToken? name, DictionaryToken? dictionary) => DeviceGrayColorSpaceDetails.Instance;

    public ColorSpaceDetails GetDeviceColorSpaceDetails(ColorSpace deviceColorSpace) => DeviceGrayColorSpaceDetails.Instance;

    public IReadOnlyDictionary<NameToken, PatternColor> GetPatterns() => new Dictionary<NameToken, PatternColor>();

    public Shading GetShading(NameToken name) => throw new NotSupportedException();

    private DictionaryToken Prune(DictionaryToken dictionary)
    {
        if (!_pruned.TryGetValue(dictionary, out var pruned))
        {
            pruned = dictionary;
            foreach (var name in s_unused)
            {
                if (pruned.ContainsKey(name))
                {
                    pruned = pruned.Without(name);
                }
            }

            _pruned.Add(dictionary, pruned);
        }

        return pruned;
    }
}

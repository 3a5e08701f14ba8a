using System.Diagnostics.CodeAnalysis;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Graphics.Colors;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Stands between a content stream and PdfPig's resource store.
/// <para>
/// It hides what text does not need: patterns, shadings and colour spaces are where damaged files make the store throw, and where a pattern
/// naming itself makes it recurse until the stack ends.
/// </para>
/// <para>
/// It hands fonts through <see cref="FontReader"/>. What that rewrites becomes an inline dictionary, and since the store keeps inline fonts by
/// name without scopes, the scopes of fonts are kept here.
/// </para>
/// </summary>
internal sealed class TextResources(IResourceStore inner, IPdfTokenScanner scanner, ILookupFilterProvider filters) : IResourceStore
{
    private static readonly NameToken[] s_unused = [NameToken.Pattern, NameToken.Shading, NameToken.ColorSpace];

    private readonly FontReader _reader = new(scanner, filters);
    private readonly Dictionary<DictionaryToken, Scope> _scopes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<IndirectReference, FontFacts> _read = [];
    private readonly Dictionary<IndirectReference, IFont> _fonts = [];
    private readonly Dictionary<IFont, FontFacts> _facts = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<Scope> _open = new();

    /// <summary>What the file itself says of a font.</summary>
    public FontFacts FactsOf(IFont font) => _facts.GetValueOrDefault(font, FontFacts.None);

    public void LoadResourceDictionary(DictionaryToken resourceDictionary)
    {
        if (!_scopes.TryGetValue(resourceDictionary, out var scope))
        {
            _scopes.Add(resourceDictionary, scope = Prepare(resourceDictionary));
        }

        inner.LoadResourceDictionary(scope.Resources);
        foreach (var (name, reference) in scope.Fonts)
        {
            if (!_fonts.ContainsKey(reference) && inner.GetFont(name) is { } font)
            {
                _fonts.Add(reference, font);
                _facts.TryAdd(font, _read[reference]);
            }
        }

        _open.Push(scope);
    }

    public void UnloadResourceDictionary()
    {
        _open.TryPop(out _);
        inner.UnloadResourceDictionary();
    }

    public IFont? GetFont(NameToken name)
    {
        foreach (var scope in _open)
        {
            if (scope.Fonts.TryGetValue(name, out var reference))
            {
                return _fonts.GetValueOrDefault(reference);
            }

            if (scope.InlineFonts.Contains(name))
            {
                break;
            }
        }

        return inner.GetFont(name);
    }

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

    private Scope Prepare(DictionaryToken resources)
    {
        var scope = new Scope(resources);
        foreach (var name in s_unused)
        {
            if (scope.Resources.ContainsKey(name))
            {
                scope.Resources = scope.Resources.Without(name);
            }
        }

        if (!resources.TryGet<DictionaryToken>(NameToken.Font, scanner, out var fonts))
        {
            return scope;
        }

        var kept = fonts;
        foreach (var (key, token) in fonts.Data)
        {
            var name = NameToken.Create(key);
            if (token is not IndirectReferenceToken reference)
            {
                scope.InlineFonts.Add(name);
                continue;
            }

            scope.Fonts[name] = reference.Data;
            if (!_read.TryGetValue(reference.Data, out var read))
            {
                _read.Add(reference.Data, read = _reader.Read(reference));
            }

            if (read.Rewritten is not null)
            {
                // Once made, the font serves every scope that refers to it.
                kept = _fonts.ContainsKey(reference.Data) ? kept.Without(name) : kept.With(name, read.Rewritten);
            }
        }

        if (!ReferenceEquals(kept, fonts))
        {
            scope.Resources = scope.Resources.With(NameToken.Font, kept);
        }

        return scope;
    }

    private sealed class Scope(DictionaryToken resources)
    {
        /// <summary>What the inner store is given.</summary>
        public DictionaryToken Resources { get; set; } = resources;

        /// <summary>Fonts by name; those of one reference are one font throughout the document.</summary>
        public Dictionary<NameToken, IndirectReference> Fonts { get; } = [];

        public HashSet<NameToken> InlineFonts { get; } = [];
    }
}

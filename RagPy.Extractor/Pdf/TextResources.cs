using System.Diagnostics.CodeAnalysis;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Colors;
using UglyToad.PdfPig.Parser.Parts;
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
/// It has TrueType fonts that are not embedded read as Type 1 fonts, which need the same entries and take widths and characters from the
/// file alone. As TrueType fonts, PdfPig would look for them among the fonts of the machine: slow, and another machine gives other text.
/// Their dictionaries are inline then, and since the store keeps inline fonts by name without scopes, the scopes are kept here.
/// </para>
/// </summary>
internal sealed class TextResources(IResourceStore inner, IPdfTokenScanner scanner) : IResourceStore
{
    private static readonly NameToken[] s_unused = [NameToken.Pattern, NameToken.Shading, NameToken.ColorSpace];

    private readonly Dictionary<DictionaryToken, Scope> _scopes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<IndirectReference, IFont> _redirected = [];
    private readonly Stack<Scope> _open = new();

    public void LoadResourceDictionary(DictionaryToken resourceDictionary)
    {
        if (!_scopes.TryGetValue(resourceDictionary, out var scope))
        {
            _scopes.Add(resourceDictionary, scope = Prepare(resourceDictionary));
        }

        inner.LoadResourceDictionary(scope.Resources);
        foreach (var (name, reference) in scope.Redirected)
        {
            if (!_redirected.ContainsKey(reference) && inner.GetFont(name) is { } font)
            {
                _redirected.Add(reference, font);
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
            if (scope.Redirected.TryGetValue(name, out var reference))
            {
                return _redirected.GetValueOrDefault(reference);
            }

            if (scope.Others.Contains(name))
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
            if (token is IndirectReferenceToken reference && Redirect(reference) is { } font)
            {
                scope.Redirected[name] = reference.Data;
                // Once made, the font serves every scope that refers to it.
                kept = _redirected.ContainsKey(reference.Data) ? kept.Without(name) : kept.With(name, font);
            }
            else
            {
                scope.Others.Add(name);
            }
        }

        if (scope.Redirected.Count > 0)
        {
            scope.Resources = scope.Resources.With(NameToken.Font, kept);
        }

        return scope;
    }

    /// <summary>The dictionary to read instead, or null when the font may be read as it is.</summary>
    private DictionaryToken? Redirect(IndirectReferenceToken reference)
    {
        if (
            !DirectObjectFinder.TryGet<DictionaryToken>(reference, scanner, out var font)
            || !font.TryGet<NameToken>(NameToken.Subtype, scanner, out var subtype)
            || !subtype.Equals(NameToken.TrueType)
        )
        {
            return null;
        }

        var embedded =
            font.TryGet<DictionaryToken>(NameToken.FontDescriptor, scanner, out var descriptor)
            && (
                descriptor.ContainsKey(NameToken.FontFile2)
                || descriptor.ContainsKey(NameToken.FontFile)
                || descriptor.ContainsKey(NameToken.FontFile3)
            );
        return embedded ? null : font.With(NameToken.Subtype, NameToken.Type1);
    }

    private sealed class Scope(DictionaryToken resources)
    {
        /// <summary>What the inner store is given.</summary>
        public DictionaryToken Resources { get; set; } = resources;

        public Dictionary<NameToken, IndirectReference> Redirected { get; } = [];

        public HashSet<NameToken> Others { get; } = [];
    }
}

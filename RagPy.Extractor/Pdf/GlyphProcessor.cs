using RagPy.Extractor.Layout;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Geometry;
using UglyToad.PdfPig.Graphics;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Parser;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Runs a page's content stream for its text alone: glyph origins and advances go straight into arrays, paths and images are only counted.
/// The text-showing operators are PDF 32000-1 §9.4.3 and §9.4.4.
/// </summary>
internal sealed class GlyphProcessor : BaseStreamProcessor<GlyphPage>, IOperationContext
{
    /// <summary>Forms nest a few deep in honest files; more is a form that draws itself through others.</summary>
    private const int MaxFormDepth = 24;

    /// <summary>A page of this many glyphs (a megabyte of text and more) is no page to read.</summary>
    private const int MaxGlyphs = 2_000_000;

    /// <summary>Character spacing beyond this, in em, sets single signs apart (table figures) and is no letter-spacing.</summary>
    private const double MostTracking = 0.6;

    private readonly GlyphPage _page;
    private readonly FontTable _fonts;
    private readonly ReplacementText _replacement = new();
    private int _formDepth;
    private int _glyphs;
    private bool _spacingIsTakenBack;

    public GlyphProcessor(
        int pageNumber,
        GlyphPage page,
        FontTable fonts,
        IResourceStore resourceStore,
        IPdfTokenScanner pdfScanner,
        IPageContentParser pageContentParser,
        ILookupFilterProvider filterProvider,
        CropBox cropBox,
        UserSpaceUnit userSpaceUnit,
        PageRotationDegrees rotation,
        in TransformationMatrix initialMatrix,
        ParsingOptions parsingOptions
    )
        : base(
            pageNumber,
            resourceStore,
            pdfScanner,
            pageContentParser,
            filterProvider,
            cropBox,
            userSpaceUnit,
            rotation,
            in initialMatrix,
            parsingOptions
        )
    {
        _page = page;
        _fonts = fonts;
        GetCurrentState().ColorSpaceContext = NoColours.Instance;
    }

    public override GlyphPage Process(int pageNumberCurrent, IReadOnlyList<IGraphicsStateOperation> operations)
    {
        ProcessOperations(operations);
        return _page;
    }

    void IOperationContext.ShowText(IInputBytes bytes)
    {
        var state = GetCurrentState();
        if (Font(state.FontState) is { } face)
        {
            Show(bytes, state, face);
        }
    }

    public override void ShowPositionedText(IReadOnlyList<IToken> tokens)
    {
        var state = GetCurrentState();
        if (Font(state.FontState) is not { } face)
        {
            return;
        }

        var thousandth = state.FontState.FontSize / -1000.0;
        _spacingIsTakenBack = TakesBack(tokens, state.FontState.CharacterSpacing, thousandth);
        var scale = state.FontState.HorizontalScaling / 100.0;
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i])
            {
                case NumericToken number when face.IsVertical:
                    TextMatrices.TextMatrix = TextMatrices.TextMatrix.Translate(0, number.Data * thousandth);
                    break;
                case NumericToken number:
                    TextMatrices.TextMatrix = TextMatrices.TextMatrix.Translate(number.Data * thousandth * scale, 0);
                    break;
                case HexToken hex:
                    Show(new MemoryInputBytes(hex.Bytes.ToArray()), state, face);
                    break;
                case StringToken text:
                    Show(new MemoryInputBytes(text.GetBytes()), state, face);
                    break;
            }
        }

        _spacingIsTakenBack = false;
    }

    /// <summary>
    /// Some writers set the character spacing to the width of a space and take it back within words, number by number: then the spacing
    /// that is left stands for spaces, between the glyphs of a string as well.
    /// </summary>
    private static bool TakesBack(IReadOnlyList<IToken> tokens, double spacing, double thousandth)
    {
        foreach (var token in tokens)
        {
            if (spacing > 0 && token is NumericToken number && Math.Abs((number.Data * thousandth) + spacing) < 0.25 * spacing)
            {
                return true;
            }
        }

        return false;
    }

    public override void RenderGlyph(
        IFont font,
        CurrentGraphicsState currentState,
        double fontSize,
        double pointSize,
        int code,
        string unicode,
        long currentOffset,
        in TransformationMatrix renderingMatrix,
        in TransformationMatrix textMatrix,
        in TransformationMatrix transformationMatrix,
        CharacterBoundingBox characterBoundingBox
    ) => throw new NotSupportedException("Text is shown by this class itself.");

    protected override void ProcessFormXObject(StreamToken formStream, NameToken xObjectName)
    {
        if (_formDepth < MaxFormDepth)
        {
            _formDepth++;
            try
            {
                base.ProcessFormXObject(formStream, xObjectName);
            }
            finally
            {
                _formDepth--;
            }
        }
    }

    protected override void RenderXObjectImage(XObjectContentRecord xObjectContentRecord) => CountImage();

    public override void EndInlineImage(Memory<byte> bytes)
    {
        InlineImageBuilder = null;
        CountImage();
    }

    protected override void RenderInlineImage(InlineImage inlineImage) => CountImage();

    public override void BeginSubpath() { }

    public override PdfPoint? CloseSubpath() => null;

    public override void StrokePath(bool close) => _page.PaintedPaths++;

    public override void FillPath(FillingRule fillingRule, bool close) => _page.PaintedPaths++;

    public override void FillStrokePath(FillingRule fillingRule, bool close) => _page.PaintedPaths++;

    public override void MoveTo(double x, double y) { }

    public override void BezierCurveTo(double x2, double y2, double x3, double y3) => _page.Curves++;

    public override void BezierCurveTo(double x1, double y1, double x2, double y2, double x3, double y3) => _page.Curves++;

    public override void LineTo(double x, double y) { }

    public override void Rectangle(double x, double y, double width, double height) { }

    public override void EndPath() { }

    public override void ClosePath() { }

    public override void ModifyClippingIntersect(FillingRule clippingRule) { }

    protected override void ClipToRectangle(PdfRectangle rectangle, FillingRule clippingRule) { }

    public override void PaintShading(NameToken shadingName) => _page.PaintedPaths++;

    public override void SetNamedGraphicsState(NameToken stateName)
    {
        // Of the extended state only the font matters to text; soft masks and blend modes are left unread.
        if (
            ResourceStore.GetExtendedGraphicsStateDictionary(stateName) is { } dictionary
            && dictionary.TryGet<ArrayToken>(NameToken.Font, PdfScanner, out var font)
            && font is { Length: 2 }
            && font.Data[0] is IndirectReferenceToken reference
            && font.Data[1] is NumericToken size
        )
        {
            var state = GetCurrentState().FontState;
            state.FromExtendedGraphicsState = true;
            state.FontSize = size.Data;
            ActiveExtendedGraphicsStateFont = ResourceStore.GetFontDirectly(reference);
        }
    }

    public override void SetFontAndSize(NameToken font, double size)
    {
        base.SetFontAndSize(font, size);
        GetCurrentState().FontState.FromExtendedGraphicsState = false;
    }

    public override void BeginMarkedContent(NameToken name, NameToken? propertyDictionaryName, DictionaryToken? properties)
    {
        if (propertyDictionaryName is not null)
        {
            properties = ResourceStore.GetMarkedContentPropertiesDictionary(propertyDictionaryName) ?? properties;
        }

        string? replacement = null;
        if (properties is not null && properties.TryGet<IDataToken<string>>(NameToken.ActualText, PdfScanner, out var actual))
        {
            replacement = actual.Data;
        }

        _replacement.Begin(replacement);
    }

    public override void EndMarkedContent() => _replacement.End();

    private void CountImage()
    {
        var matrix = CurrentTransformationMatrix;
        _page.ImageArea += Math.Abs((matrix.A * matrix.D) - (matrix.B * matrix.C));
    }

    private FontFace? Font(CurrentFontState state)
    {
        var font =
            state.FromExtendedGraphicsState ? ActiveExtendedGraphicsStateFont
            : state.FontName is null ? null
            : ResourceStore.GetFont(state.FontName);
        return font is null ? null : _fonts.Get(font);
    }

    private void Show(IInputBytes bytes, CurrentGraphicsState state, FontFace face)
    {
        var fontState = state.FontState;
        var size = fontState.FontSize;
        var scale = fontState.HorizontalScaling / 100.0;
        var spacing = fontState.CharacterSpacing;
        var matrix = TextMatrices.TextMatrix;
        var writer = new GlyphWriter(_page, face, matrix, state.CurrentTransformationMatrix, size, scale, fontState.Rise);
        double along = 0;
        while (bytes.MoveNext())
        {
            var code = face.Font.ReadCharacterCode(bytes, out var codeLength);
            var glyph = face[code];
            var wordSpacing = code == 32 && codeLength == 1 ? fontState.WordSpacing : 0;
            var advance = face.IsVertical ? -size + spacing + wordSpacing : ((glyph.Width * size) + spacing + wordSpacing) * scale;
            if (_glyphs++ < MaxGlyphs)
            {
                // Spacing after the last glyph of a string often stands for a space; between its glyphs it is letter-spacing.
                var spaced = spacing < MostTracking * size && !_spacingIsTakenBack && !bytes.IsAtEnd();
                var extent = face.IsVertical ? advance : ((glyph.Width * size) + (spaced ? spacing : 0)) * scale;
                writer.Write(glyph, along, extent, _replacement);
            }

            along += advance;
        }

        TextMatrices.TextMatrix = face.IsVertical ? matrix.Translate(0, along) : matrix.Translate(along, 0);
    }
}

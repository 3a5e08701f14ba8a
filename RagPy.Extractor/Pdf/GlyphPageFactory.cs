using RagPy.Extractor.Layout;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Geometry;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Outline.Destinations;
using UglyToad.PdfPig.Parser;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>Makes <see cref="GlyphPage"/>s; PdfPig constructs it with its own services.</summary>
internal sealed class GlyphPageFactory(
    IPdfTokenScanner pdfScanner,
    IResourceStore resourceStore,
    ILookupFilterProvider filterProvider,
    IPageContentParser pageContentParser,
    ParsingOptions parsingOptions
)
    : BasePageFactory<GlyphPage>(
        pdfScanner,
        new TextResources(resourceStore, pdfScanner, filterProvider),
        filterProvider,
        pageContentParser,
        parsingOptions
    )
{
    private FontTable? _fonts;

    protected override GlyphPage ProcessPage(
        int pageNumber,
        DictionaryToken dictionary,
        NamedDestinations namedDestinations,
        MediaBox mediaBox,
        CropBox cropBox,
        UserSpaceUnit userSpaceUnit,
        PageRotationDegrees rotation,
        TransformationMatrix initialMatrix,
        IReadOnlyList<IGraphicsStateOperation> operations
    )
    {
        var bounds = cropBox.GetVisibleBounds(rotation);
        _fonts ??= new FontTable((TextResources)ResourceStore);
        var page = new GlyphPage((float)bounds.Width, (float)bounds.Height, _fonts.Styles);
        var processor = new GlyphProcessor(
            pageNumber,
            page,
            _fonts,
            ResourceStore,
            PdfScanner,
            PageContentParser,
            FilterProvider,
            cropBox,
            userSpaceUnit,
            rotation,
            initialMatrix,
            ParsingOptions
        );
        return processor.Process(pageNumber, operations);
    }
}

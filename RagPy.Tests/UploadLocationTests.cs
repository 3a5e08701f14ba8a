using CsCheck;
using RagPy.Core.Storage;
using Xunit;

namespace RagPy.Tests;

public sealed class UploadLocationTests
{
    [Fact]
    public void A_location_gives_back_the_file_it_was_made_of() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Long[0, long.MaxValue])
            .Sample(
                (hash, length) =>
                {
                    var blob = new BlobReference(Convert.ToHexStringLower(hash), length);

                    return UploadLocation.TryParse(UploadLocation.Of(blob), out var read) && read == blob;
                }
            );

    [Theory]
    [InlineData("/home/me/export.zip")]
    [InlineData("upload:")]
    [InlineData("upload:abc")]
    [InlineData("upload:abc:x")]
    public void A_path_is_no_upload(string location) => Assert.False(UploadLocation.TryParse(location, out _));
}

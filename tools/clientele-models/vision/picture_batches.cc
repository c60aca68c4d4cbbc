#include "tools/clientele-models/vision/picture_batches.h"

#include <algorithm>
#include <cstddef>

#include <ATen/ATen.h>

#include "common/media/picture.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/picture_tensor.h"

namespace clientele::models {
namespace {

constexpr std::size_t kPicturesAtOnce = 32;

}  // namespace

absl::Status RunPictures(const inference::TorchScriptRunner& runner,
                         const inference::PictureInput& input,
                         absl::Span<const PictureFolder::Entry> pictures,
                         const std::function<absl::Status(const std::vector<at::Tensor>& outputs,
                                                          std::int64_t rows)>& use) {
  const media::Fit fit = input.crop ? media::Fit::kCrop : media::Fit::kStretch;
  for (std::size_t begin = 0; begin < pictures.size(); begin += kPicturesAtOnce) {
    std::vector<at::Tensor> batch;
    for (const PictureFolder::Entry& entry : pictures.subspan(begin, kPicturesAtOnce)) {
      CLIENTELE_ASSIGN_OR_RETURN(const media::Picture picture, OpenPicture(entry.file));
      batch.push_back(PixelsOf(media::FitPicture(picture, input.width, input.height, fit)));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               runner.Run("forward", {at::cat(batch)}));
    CLIENTELE_RETURN_IF_ERROR(use(outputs, static_cast<std::int64_t>(batch.size())));
  }
  return absl::OkStatus();
}

}  // namespace clientele::models

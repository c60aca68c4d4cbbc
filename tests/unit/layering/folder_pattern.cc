#include "tests/unit/layering/folder_pattern.h"

namespace clientele::layering {
namespace {

constexpr std::string_view kDeep = "/**";
constexpr std::string_view kService = "{service}";

}  // namespace

FolderPattern::FolderPattern(std::string_view text)
    : text_(text.ends_with(kDeep) ? text.substr(0, text.size() - kDeep.size()) : text),
      deep_(text.ends_with(kDeep)) {}

std::optional<FolderPattern::Fit> FolderPattern::Match(std::string_view file) const {
  Fit fit{.folder = text_, .service = ""};
  if (const std::size_t at = text_.find(kService); at != std::string::npos) {
    if (file.size() <= at || file.substr(0, at) != text_.substr(0, at)) return std::nullopt;
    const std::string_view rest = file.substr(at);
    fit.service = rest.substr(0, rest.find('/'));
    fit.folder = ForService(text_, fit.service);
  }
  if (file == fit.folder) return fit;  // the pattern is one file
  if (!file.starts_with(fit.folder + "/")) return std::nullopt;
  const std::string_view below = file.substr(fit.folder.size() + 1);
  if (!deep_ && below.find('/') != std::string_view::npos) return std::nullopt;
  return fit;
}

std::string ForService(std::string_view arrow, std::string_view service) {
  std::string text(arrow);
  const std::size_t at = text.find(kService);
  return at == std::string::npos ? text : text.replace(at, kService.size(), service);
}

}  // namespace clientele::layering

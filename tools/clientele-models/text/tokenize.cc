#include "tools/clientele-models/text/tokenize.h"

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/tokenizer.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

// A tokenizer and what keeps it.
struct Source {
  std::unique_ptr<const inference::BundleTokenizer> bundle;
  std::unique_ptr<const text::Tokenizer> own;
  const text::Tokenizer* tokenizer = nullptr;
};

absl::StatusOr<Source> OpenSource(const fs::path& path) {
  Source source;
  std::error_code error;
  if (fs::exists(path / inference::kManifestFile, error)) {
    CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                               inference::ModelBundle::OpenUnsigned(path));
    CLIENTELE_ASSIGN_OR_RETURN(source.bundle, inference::BundleTokenizer::Load(bundle));
    source.tokenizer = source.bundle->trained();
    if (source.tokenizer == nullptr) {
      return absl::FailedPreconditionError(
          "the bundle's tokenizer hashes n-grams: it has no tokens to show");
    }
    return source;
  }
  CLIENTELE_ASSIGN_OR_RETURN(source.own, fs::is_directory(path, error)
                                             ? text::Tokenizer::FromFolder(path.string())
                                             : text::Tokenizer::FromFile(path.string()));
  source.tokenizer = source.own.get();
  return source;
}

absl::StatusOr<std::string> Answer(const text::Tokenizer& tokenizer, const std::string& line) {
  const Json text = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (text.is_discarded() || !text.is_string()) {
    return absl::InvalidArgumentError("must be a JSON string with valid escapes and UTF-8");
  }
  const auto& value = text.get_ref<const std::string&>();
  CLIENTELE_ASSIGN_OR_RETURN(const text::Encoding encoding, tokenizer.Encode(value));
  Json offsets = Json::array();
  for (const text::ByteSpan& span : text::ToCharacterOffsets(value, encoding.offsets)) {
    offsets.push_back({span.begin, span.end});
  }
  const Json answer = {
      {"ids", encoding.ids}, {"tokens", encoding.tokens}, {"offsets", std::move(offsets)}};
  // A token of a byte-level vocabulary is text; one of another's might be cut inside a character.
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

absl::Status Tokenize(const fs::path& path, std::istream& in, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const Source source, OpenSource(path));
  std::string line;
  for (std::int64_t number = 1; std::getline(in, line); ++number) {
    const auto answer = Answer(*source.tokenizer, line);
    if (!answer.ok()) {
      return InvalidField(absl::StrCat("line ", number), answer.status().message());
    }
    out << *answer << "\n";
  }
  out.flush();
  return out ? absl::OkStatus() : absl::InternalError("the answers cannot be written");
}

}  // namespace clientele::models

#include "common/text/tokenizer/tokenizer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/model_folder.h"
#include "common/text/tokenizer/pipeline.h"
#include "common/text/tokenizer/tokenizer_json.h"
#include "common/text/utf8.h"

namespace clientele::text {

using tokenization::AddedToken;
using tokenization::ModelToken;
using tokenization::Part;
using tokenization::Piece;
using tokenization::Pipeline;
using tokenization::SplitText;

namespace {

void Truncate(std::size_t size, Encoding& encoding) {
  if (encoding.size() <= size) return;
  encoding.ids.resize(size);
  encoding.tokens.resize(size);
  encoding.offsets.resize(size);
  encoding.type_ids.resize(size);
  encoding.sequences.resize(size);
}

// Brings one or two texts to `room` tokens together.
absl::Status Fit(std::size_t room, bool cut_second_only, std::vector<Part>& parts) {
  Encoding& first = parts[0].encoding;
  if (parts.size() == 1) {
    Truncate(room, first);
    return absl::OkStatus();
  }
  Encoding& second = parts[1].encoding;
  if (first.size() + second.size() <= room) return absl::OkStatus();
  if (cut_second_only) {
    if (first.size() >= room) {
      return InvalidField("max_tokens", "is too small for the first text");
    }
    Truncate(room - first.size(), second);
    return absl::OkStatus();
  }
  // The shorter one stays as it is where half of the room is enough for it.
  std::size_t shorter = std::min(first.size(), second.size());
  std::size_t longer = shorter > room ? shorter : std::max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = room / 2;
    longer = shorter + room % 2;
  }
  const bool swapped = first.size() > second.size();
  Truncate(swapped ? longer : shorter, first);
  Truncate(swapped ? shorter : longer, second);
  return absl::OkStatus();
}

}  // namespace

struct Tokenizer::Impl {
  Pipeline pipeline;
  std::int64_t vocab_size = 0;

  absl::StatusOr<Part> EncodeOne(absl::string_view text, std::int8_t sequence,
                                 absl::Span<const ByteSpan> plain) const;
  absl::StatusOr<Encoding> EncodeAll(std::vector<absl::string_view> texts,
                                     const EncodeOptions& options) const;
  const std::string* TokenOf(std::int64_t id) const {
    if (const AddedToken* added = pipeline.added_tokens.WithId(id)) return &added->content;
    return pipeline.model->vocabulary().TokenOf(id);
  }
};

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->vocab_size = impl_->pipeline.model->vocabulary().end();
  for (const AddedToken& token : impl_->pipeline.added_tokens.tokens()) {
    impl_->vocab_size = std::max<std::int64_t>(impl_->vocab_size, token.id + 1);
  }
}

Tokenizer::~Tokenizer() = default;

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::FromFolder(const std::string& folder) {
  auto impl = std::make_unique<Impl>();
  CLIENTELE_ASSIGN_OR_RETURN(impl->pipeline, tokenization::ReadModelFolder(folder, kMaxFileBytes));
  return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::FromFile(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  CLIENTELE_ASSIGN_OR_RETURN(impl->pipeline, tokenization::ReadTokenizerFile(path, kMaxFileBytes));
  return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::FromFiles(
    const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) {
    if (text.size() > kMaxFileBytes) return InvalidField(name, "is too large");
  }
  auto impl = std::make_unique<Impl>();
  CLIENTELE_ASSIGN_OR_RETURN(impl->pipeline, tokenization::ReadModelFiles(files));
  return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::FromJson(absl::string_view json,
                                                               absl::string_view name) {
  if (json.size() > kMaxFileBytes) return InvalidField(name, "is too large");
  auto impl = std::make_unique<Impl>();
  CLIENTELE_ASSIGN_OR_RETURN(impl->pipeline, tokenization::ReadTokenizerJson(name, json));
  return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(impl)));
}

absl::StatusOr<Part> Tokenizer::Impl::EncodeOne(absl::string_view text, std::int8_t sequence,
                                                absl::Span<const ByteSpan> plain) const {
  if (text.size() > kMaxTextBytes) {
    return InvalidField("text", absl::StrCat("has more than ", kMaxTextBytes, " bytes"));
  }
  if (!IsValidUtf8(text)) return InvalidField("text", "must be UTF-8");
  SplitText split;
  CLIENTELE_RETURN_IF_ERROR(
      pipeline.added_tokens.Extract(text, pipeline.normalizer.get(), plain, split));
  if (pipeline.pre_tokenizer != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(pipeline.pre_tokenizer->Split(split));
  }
  Part part;
  part.text = text;
  Encoding& encoding = part.encoding;
  std::vector<ModelToken> tokens;
  for (const Piece& piece : split.pieces()) {
    const absl::string_view word = split.TextOf(piece);
    if (piece.token >= 0) {
      encoding.ids.push_back(piece.token);
      encoding.tokens.emplace_back(word);
      encoding.offsets.push_back(split.OriginOf(piece.begin, piece.end));
      continue;
    }
    tokens.clear();
    CLIENTELE_RETURN_IF_ERROR(pipeline.model->Tokenize(word, tokens));
    for (const ModelToken& token : tokens) {
      encoding.ids.push_back(token.id);
      if (token.is_text) {
        encoding.tokens.emplace_back(word.substr(token.begin, token.end - token.begin));
      } else {
        encoding.tokens.push_back(*pipeline.model->vocabulary().TokenOf(token.id));
      }
      encoding.offsets.push_back(
          split.OriginOf(piece.begin + token.begin, std::min(piece.begin + token.end, piece.end)));
    }
  }
  encoding.type_ids.assign(encoding.size(), sequence);
  encoding.sequences.assign(encoding.size(), sequence);
  return part;
}

absl::StatusOr<Encoding> Tokenizer::Impl::EncodeAll(std::vector<absl::string_view> texts,
                                                    const EncodeOptions& options) const {
  std::vector<Part> parts;
  for (const absl::string_view text : texts) {
    CLIENTELE_ASSIGN_OR_RETURN(Part part,
                               EncodeOne(text, static_cast<std::int8_t>(parts.size()),
                                         parts.empty() ? absl::MakeConstSpan(options.plain)
                                                       : absl::Span<const ByteSpan>()));
    parts.push_back(std::move(part));
  }
  if (options.max_tokens > 0) {
    const std::size_t added = options.add_special_tokens && pipeline.post_processor != nullptr
                                  ? pipeline.post_processor->AddedTokens(parts.size() == 2)
                                  : 0;
    if (added > options.max_tokens) {
      return InvalidField("max_tokens",
                          absl::StrCat("is less than the ", added, " special tokens"));
    }
    CLIENTELE_RETURN_IF_ERROR(Fit(options.max_tokens - added, options.cut_second_only, parts));
  }
  if (pipeline.post_processor != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(pipeline.post_processor->Process(parts, options.add_special_tokens));
  }
  Encoding whole;
  for (Part& part : parts) tokenization::Append(whole, part.encoding);
  return whole;
}

absl::StatusOr<Encoding> Tokenizer::Encode(absl::string_view text,
                                           const EncodeOptions& options) const {
  return impl_->EncodeAll({text}, options);
}

absl::StatusOr<Encoding> Tokenizer::EncodePair(absl::string_view first, absl::string_view second,
                                               const EncodeOptions& options) const {
  return impl_->EncodeAll({first, second}, options);
}

absl::StatusOr<std::string> Tokenizer::Decode(absl::Span<const std::int64_t> ids,
                                              bool skip_special_tokens) const {
  tokenization::Strings tokens;
  tokens.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string* token = impl_->TokenOf(ids[i]);
    if (token == nullptr) {
      return InvalidField(absl::StrCat("ids[", i, "]"),
                          absl::StrCat(ids[i], " is no token of this tokenizer"));
    }
    if (skip_special_tokens && impl_->pipeline.added_tokens.IsSpecial(*token)) continue;
    tokens.push_back(*token);
  }
  if (impl_->pipeline.decoder == nullptr) return absl::StrJoin(tokens, " ");
  CLIENTELE_RETURN_IF_ERROR(impl_->pipeline.decoder->Decode(tokens));
  return absl::StrJoin(tokens, "");
}

std::int64_t Tokenizer::vocab_size() const { return impl_->vocab_size; }

std::optional<std::int64_t> Tokenizer::TokenToId(absl::string_view token) const {
  if (const AddedToken* added = impl_->pipeline.added_tokens.WithContent(token)) return added->id;
  return impl_->pipeline.model->vocabulary().IdOf(token);
}

std::optional<std::string> Tokenizer::IdToToken(std::int64_t id) const {
  const std::string* token = impl_->TokenOf(id);
  if (token == nullptr) return std::nullopt;
  return *token;
}

bool Tokenizer::IsSpecial(std::int64_t id) const {
  const std::string* token = impl_->TokenOf(id);
  return token != nullptr && impl_->pipeline.added_tokens.IsSpecial(*token);
}

}  // namespace clientele::text

#include "common/csv/text_decoder.h"

#include <algorithm>
#include <utility>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::csv {
namespace {

using absl::string_view;

constexpr std::size_t kPivotUnits = 4096;
constexpr string_view kReplacement = "\xEF\xBF\xBD";

struct Alias {
  const char* given;
  const char* canonical;
};
constexpr Alias kAliases[] = {
    {"utf8", "UTF-8"},          {"utf8sig", "UTF-8"},         {"utf16le", "UTF-16LE"},
    {"utf16be", "UTF-16BE"},    {"utf32le", "UTF-32LE"},      {"utf32be", "UTF-32BE"},
    {"cp1252", "windows-1252"}, {"ansi", "windows-1252"},     {"windows1252", "windows-1252"},
    {"latin1", "windows-1252"}, {"iso88591", "windows-1252"}, {"gbk", "GB18030"},
    {"gb2312", "GB18030"},      {"cp936", "GB18030"},         {"gb18030", "GB18030"},
};

struct Mark {
  string_view bytes;
  const char* encoding;
};
constexpr Mark kMarks[] = {
    {"\xEF\xBB\xBF", "UTF-8"},
    {string_view("\xFF\xFE\x00\x00", 4), "UTF-32LE"},  // before UTF-16LE, which it begins with
    {string_view("\x00\x00\xFE\xFF", 4), "UTF-32BE"},
    {"\xFF\xFE", "UTF-16LE"},
    {"\xFE\xFF", "UTF-16BE"},
    {"\x84\x31\x95\x33", "GB18030"},
};

// Notes that something was no character, and puts U+FFFD there.
void U_CALLCONV NoteAndReplace(const void* noted, UConverterToUnicodeArgs* args, const char*,
                               std::int32_t, UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  *const_cast<bool*>(static_cast<const bool*>(noted)) = true;
  const UChar replacement = 0xFFFD;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, error);
}

absl::Status Unknown(string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is not an encoding that can be read: utf-8, utf-16, cp1252, "
                   "gbk, gb18030, big5, shift_jis, euc-kr, windows-1251 and others can"));
}

}  // namespace

bool IsWide(string_view encoding) {
  return absl::StartsWith(encoding, "UTF-16") || absl::StartsWith(encoding, "UTF-32");
}

EncodingMark FindEncodingMark(string_view start) {
  for (const Mark& mark : kMarks) {
    if (absl::StartsWith(start, mark.bytes)) return {mark.encoding, mark.bytes.size()};
  }
  return {};
}

absl::StatusOr<std::string> CanonicalEncoding(string_view name) {
  std::string plain = absl::AsciiStrToLower(name);
  plain.erase(std::remove_if(plain.begin(), plain.end(),
                             [](char c) { return c == '-' || c == '_' || c == ' '; }),
              plain.end());
  // Without a mark, UTF-16 comes from Windows.
  if (plain == "utf16") return std::string("UTF-16LE");
  if (plain == "utf32") return std::string("UTF-32LE");
  for (const Alias& alias : kAliases) {
    if (plain == alias.given) return std::string(alias.canonical);
  }
  if (name.empty() || name.size() > 64 || name.find('\0') != string_view::npos) {
    return Unknown(name.substr(0, 64));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto decoder, TextDecoder::Create(std::string(name)));
  std::string text;
  constexpr string_view kPlain = "a1,;|\t\"=.\r\n";
  if (!decoder->DecodeLine(kPlain, text) || text != kPlain) return Unknown(name);
  return std::string(name);
}

struct TextDecoder::Converter {
  UConverter* from = nullptr;
  UConverter* to = nullptr;
  bool damaged = false;
  UChar pivot[kPivotUnits];
  UChar* pivot_source = pivot;
  UChar* pivot_target = pivot;

  ~Converter() {
    if (from != nullptr) ucnv_close(from);
    if (to != nullptr) ucnv_close(to);
  }
  void Reset() {
    ucnv_reset(from);
    ucnv_reset(to);
    pivot_source = pivot_target = pivot;
    damaged = false;
  }
};

TextDecoder::TextDecoder(std::unique_ptr<Converter> converter) : converter_(std::move(converter)) {}
TextDecoder::~TextDecoder() = default;

absl::StatusOr<std::unique_ptr<TextDecoder>> TextDecoder::Create(const std::string& encoding) {
  auto converter = std::make_unique<Converter>();
  UErrorCode error = U_ZERO_ERROR;
  converter->from = ucnv_open(encoding.c_str(), &error);
  converter->to = ucnv_open("UTF-8", &error);
  if (U_FAILURE(error)) return Unknown(encoding);
  ucnv_setToUCallBack(converter->from, NoteAndReplace, &converter->damaged, nullptr, nullptr,
                      &error);
  if (U_FAILURE(error)) return Unknown(encoding);
  return std::unique_ptr<TextDecoder>(new TextDecoder(std::move(converter)));
}

void TextDecoder::Decode(string_view bytes, bool end, std::string& text) {
  Converter& c = *converter_;
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  char piece[8192];
  while (true) {
    char* target = piece;
    UErrorCode error = U_ZERO_ERROR;
    ucnv_convertEx(c.to, c.from, &target, piece + sizeof(piece), &source, source_end, c.pivot,
                   &c.pivot_source, &c.pivot_target, c.pivot + kPivotUnits, false, end, &error);
    text.append(piece, static_cast<std::size_t>(target - piece));
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(error)) {
      absl::StrAppend(&text, kReplacement);
      c.damaged = true;
      if (source == source_end) return;
      ++source;
      continue;
    }
    return;
  }
}

bool TextDecoder::DecodeLine(string_view bytes, std::string& text) {
  converter_->Reset();
  text.clear();
  Decode(bytes, true, text);
  return !converter_->damaged;
}

}  // namespace clientele::csv

#include <openssl/evp.h>

#include "data/bytes_text.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// One of OpenSSL's digests. Threads: one.
class Digest {
 public:
  explicit Digest(const char* name)
      : digest_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    PACTOLUS_CHECK(digest_ != nullptr && context_ != nullptr, "OpenSSL has no such digest");
  }

  size_t size() const { return static_cast<size_t>(EVP_MD_get_size(digest_.get())); }

  /// Writes size() bytes.
  void of(std::string_view bytes, char* out) {
    const bool done = EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out), nullptr) == 1;
    PACTOLUS_CHECK(done, "OpenSSL cannot digest");
  }

 private:
  std::unique_ptr<EVP_MD, FreeDigest> digest_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

enum class Sha : uint8_t { k224, k256, k384, k512 };

template <Sha kSha>
constexpr const char* kName = kSha == Sha::k224   ? "SHA224"
                              : kSha == Sha::k256 ? "SHA256"
                              : kSha == Sha::k384 ? "SHA384"
                                                  : "SHA512";

template <Sha kSha>
Failure sha(std::string_view& out, Arena& memory, std::string_view bytes) {
  thread_local Digest digest(kName<kSha>);
  char* begin = memory.allocate(digest.size());
  digest.of(bytes, begin);
  out = {begin, digest.size()};
  return kNoFailure;
}

Failure md5(std::string_view& out, Arena& memory, std::string_view bytes) {
  thread_local Digest digest("MD5");
  char hash[EVP_MAX_MD_SIZE];
  digest.of(bytes, hash);
  char* begin = memory.allocate(2 * digest.size());
  write_hex({hash, digest.size()}, begin);
  out = {begin, 2 * digest.size()};
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kMd5[] = {{{kText}, kText, &make_kernel<&md5>}, {{kBytea}, kText, &make_kernel<&md5>}};

template <Sha kSha>
constexpr Overload kShaOverloads[] = {{{kBytea}, kBytea, &make_kernel<&sha<kSha>>}};

template <Sha kSha>
FunctionSpec sha_spec(const char* name, const char* signature, const char* summary, const char* example) {
  return {.name = name,
          .signature = signature,
          .summary = summary,
          .example = example,
          .overloads = kShaOverloads<kSha>};
}

}  // namespace

const FunctionSpec& md5_spec() {
  static const FunctionSpec spec{
      .name = "md5",
      .signature = "md5(text | bytea) → text",
      .summary = "The MD5 hash of the bytes, as 32 hexadecimal digits. Not safe against forgery.",
      .example = "md5('abc')",
      .overloads = kMd5,
  };
  return spec;
}
PACTOLUS_REGISTER(md5);

const FunctionSpec& sha224_spec() {
  static const FunctionSpec spec = sha_spec<Sha::k224>("sha224", "sha224(bytea) → bytea",
                                                       "The SHA-224 hash of the bytes.", "sha224('abc')");
  return spec;
}
PACTOLUS_REGISTER(sha224);

const FunctionSpec& sha256_spec() {
  static const FunctionSpec spec = sha_spec<Sha::k256>(
      "sha256", "sha256(bytea) → bytea",
      "The SHA-256 hash of the bytes; of a text t: sha256(convert_to(t, 'UTF8')).", "sha256('abc')");
  return spec;
}
PACTOLUS_REGISTER(sha256);

const FunctionSpec& sha384_spec() {
  static const FunctionSpec spec = sha_spec<Sha::k384>("sha384", "sha384(bytea) → bytea",
                                                       "The SHA-384 hash of the bytes.", "sha384('abc')");
  return spec;
}
PACTOLUS_REGISTER(sha384);

const FunctionSpec& sha512_spec() {
  static const FunctionSpec spec = sha_spec<Sha::k512>("sha512", "sha512(bytea) → bytea",
                                                       "The SHA-512 hash of the bytes.", "sha512('abc')");
  return spec;
}
PACTOLUS_REGISTER(sha512);

}  // namespace pactolus

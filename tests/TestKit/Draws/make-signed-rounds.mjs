// Makes signed-rounds.json: the first rounds of a beacon whose key is public on purpose, signed as drand's quicknet signs.
// Run where @noble/curves 2 is installed: node make-signed-rounds.mjs > signed-rounds.json
import { createHash } from 'node:crypto'
import { bls12_381 as bls } from '@noble/curves/bls12-381.js'

const rounds = 512
const { shortSignatures } = bls
const Fr = bls.fields.Fr
const secret = Fr.toBytes(Fr.create(BigInt('0x' + createHash('sha256').update('prize draw test beacon').digest('hex'))))
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const publicKey = shortSignatures.getPublicKey(secret)
const signatures = []
for (let round = 1; round <= rounds; round++) {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(round))
  const digest = createHash('sha256').update(number).digest()
  const point = shortSignatures.hash(digest, 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_')
  const signature = shortSignatures.sign(point, secret)
  if (round % 64 === 0 && !shortSignatures.verify(signature, point, publicKey)) throw new Error(`round ${round} does not verify`)
  signatures.push(hex(shortSignatures.Signature.toBytes(signature)))
}
console.log(JSON.stringify({ publicKey: hex(publicKey.toBytes(true)), signatures }, null, 1))
